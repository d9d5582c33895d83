use std::fmt;

/// Everything about issuers that can't work, all at once.
#[derive(Clone, Debug, Default)]
pub struct IssuerFaults(Vec<(String, Vec<String>)>);

impl IssuerFaults {
    #[cfg(feature = "jwks")]
    pub(in crate::authentication::token) fn of(issuer: &str, faults: Vec<String>) -> Self {
        Self(vec![(issuer.to_owned(), faults)])
    }

    pub(in crate::authentication::token) fn add(&mut self, issuer: &str, faults: Vec<String>) {
        if !faults.is_empty() {
            self.0.push((issuer.to_owned(), faults));
        }
    }

    pub(in crate::authentication::token) fn or<T>(self, working: T) -> Result<T, Self> {
        if self.0.is_empty() {
            Ok(working)
        } else {
            Err(self)
        }
    }
}

impl fmt::Display for IssuerFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (issuer, faults)) in self.0.iter().enumerate() {
            let line = if at == 0 { "" } else { "\n" };
            write!(f, "{line}the issuer {issuer:?} can't work")?;
            for fault in faults {
                write!(f, "\n  - {fault}")?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for IssuerFaults {}
