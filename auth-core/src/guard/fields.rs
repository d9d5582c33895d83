//! Fields of an answer that only some may see.

use std::{fmt, marker::PhantomData};

use serde::{Serialize, Serializer};

use super::Authorize;
use crate::{
    DenialKind, Resource,
    denial::Denied,
    rule::{Policy, Shape},
};

/// A field of an answer that shows its value only where the policy `P` held for this very resource.
///
/// It is made by [`Authorize::field`] and [`Authorize::fields`] alone, so an answer with such a field can't be
/// built without asking. What isn't shown is `null`; absent with
/// `#[serde(skip_serializing_if = "Shown::is_hidden")]`; or what [`masked_as`](Self::masked_as) says.
///
/// ```
/// # use auth_core::{Load, Principal, Problem, Resource, Roles, Shown, policy};
/// # #[derive(Clone, Copy, Debug, PartialEq, Eq, Roles)] enum Role { Hr }
/// # #[derive(Clone)] struct App;
/// # impl Load for Employee {
/// #     type State = App; type Key = u64; type Error = String;
/// #     async fn load(_: u64, _: &App) -> Result<Option<Self>, String> { Ok(None) }
/// # }
/// # mod serde { pub use ::serde::Serialize; }
/// #[derive(Resource)]
/// struct Employee { #[key] id: u64, #[owner] person: String, salary: u64 }
///
/// /// Who may see what somebody earns: they themselves, and HR.
/// #[policy(any(owns = "employee", role = "hr"))]
/// struct SeeSalary;
///
/// #[derive(serde::Serialize)]
/// struct Row { id: u64, salary: Shown<u64, SeeSalary> }
///
/// async fn rows(me: &Principal, app: &App, all: Vec<Employee>) -> Result<Vec<Row>, Problem> {
///     let salaries = SeeSalary::authorize(me, app).fields(&all, |employee| employee.salary).await?;
///     Ok(all.iter().zip(salaries).map(|(employee, salary)| Row { id: employee.id, salary }).collect())
/// }
/// ```
#[must_use = "a field that isn't put into an answer was asked for in vain"]
pub struct Shown<V, P>(Value<V>, PhantomData<fn() -> P>);

enum Value<V> {
    Shown(V),
    Masked(V),
    Hidden,
}

impl<V, P> Shown<V, P> {
    /// Whether the value is not shown, as itself or masked.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        matches!(self.0, Value::Hidden)
    }

    /// Shows this instead, where the value is not shown.
    pub fn masked_as(self, mask: V) -> Self {
        match self.0 {
            Value::Hidden => Self(Value::Masked(mask), PhantomData),
            shown => Self(shown, PhantomData),
        }
    }

    /// The value, where it is shown; no mask.
    #[must_use]
    pub fn value(&self) -> Option<&V> {
        match &self.0 {
            Value::Shown(value) => Some(value),
            Value::Masked(_) | Value::Hidden => None,
        }
    }

    /// A field for a test of what is made of it.
    #[cfg(feature = "test-util")]
    pub fn for_test(value: Option<V>) -> Self {
        Self(value.map_or(Value::Hidden, Value::Shown), PhantomData)
    }
}

impl<V: Serialize, P> Serialize for Shown<V, P> {
    fn serialize<Z: Serializer>(&self, serializer: Z) -> Result<Z::Ok, Z::Error> {
        match &self.0 {
            Value::Shown(value) | Value::Masked(value) => value.serialize(serializer),
            Value::Hidden => serializer.serialize_none(),
        }
    }
}

/// That it is there is all: a log line shows no more than the answer does.
impl<V, P> fmt::Debug for Shown<V, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Value::Shown(_) => "Shown(..)",
            Value::Masked(_) => "Masked(..)",
            Value::Hidden => "Hidden",
        })
    }
}

impl<P: Policy<S> + Shape, S: Clone + Send + Sync + 'static> Authorize<'_, P, S> {
    /// A field of each of a list's resources, shown where the policy holds for that one. Facts are fetched
    /// once for all of them, as in [`filter`](Self::filter).
    ///
    /// A login that is too old or too weak shows nothing, and asks nobody to log in for a column.
    ///
    /// # Errors
    ///
    /// [`DenialKind::Unavailable`] where something can't be told about any of them, and
    /// [`DenialKind::InvalidToken`] where the account is gone: nothing is hidden for want of an answer.
    pub async fn fields<T: Resource, V>(
        mut self,
        of: &[T],
        value: impl Fn(&T) -> V,
    ) -> Result<Vec<Shown<V, P>>, Denied> {
        const {
            assert!(
                T::CHANGES.is_none(),
                "ask about what changes something with `.propose(value)`"
            );
        };
        self.asks_about::<T>();
        let granted = match self.decide(of).await {
            Ok(granted) => granted,
            Err(denied) if denied.kind() == DenialKind::InsufficientUserAuthentication => {
                vec![false; of.len()]
            }
            Err(denied) => return Err(denied),
        };
        let shown = |(of, granted): (&T, bool)| {
            let value = if granted {
                Value::Shown(value(of))
            } else {
                Value::Hidden
            };
            Shown(value, PhantomData)
        };
        Ok(of.iter().zip(granted).map(shown).collect())
    }

    /// A field of one resource, shown where the policy holds for it.
    ///
    /// # Errors
    ///
    /// As [`fields`](Self::fields).
    pub async fn field<T: Resource, V>(
        self,
        of: &T,
        value: impl Fn(&T) -> V,
    ) -> Result<Shown<V, P>, Denied> {
        let mut shown = self.fields(std::slice::from_ref(of), value).await?;
        Ok(shown.pop().unwrap_or(Shown(Value::Hidden, PhantomData)))
    }
}
