#![allow(missing_docs, reason = "hidden: only expansions use these")]

/// What a policy's grants are counted under, as constant data: so that counting one allocates nothing.
#[derive(Debug)]
pub struct Labels(#[cfg(feature = "metrics")] pub(crate) [metrics::Label; 2]);

impl Labels {
    #[cfg(feature = "metrics")]
    #[must_use]
    pub const fn of(policy: &'static str) -> Self {
        Self([
            metrics::Label::from_static_parts("policy", policy),
            metrics::Label::from_static_parts("outcome", "granted"),
        ])
    }

    #[cfg(not(feature = "metrics"))]
    #[must_use]
    pub const fn of(_: &'static str) -> Self {
        Self()
    }
}
