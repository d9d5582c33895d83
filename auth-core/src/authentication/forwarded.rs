/// What an authenticator that stands around another one leaves to it: all but judging, and what it fills.
/// (`login_ended` and `still_counts` stand beside it: `async_trait` doesn't see into a macro.)
macro_rules! forwarded {
    ($inner:ident) => {
        fn presented(&self, request: &http::request::Parts) -> $crate::Presented {
            self.$inner.presented(request)
        }

        fn deliberate_headers(&self) -> Vec<http::HeaderName> {
            self.$inner.deliberate_headers()
        }

        fn trusted_origins(&self) -> Vec<String> {
            self.$inner.trusted_origins()
        }

        fn challenge(&self) -> $crate::Challenge {
            self.$inner.challenge()
        }

        fn challenges(&self) -> Vec<$crate::Challenge> {
            self.$inner.challenges()
        }

        fn credential_headers(&self) -> Vec<http::HeaderName> {
            self.$inner.credential_headers()
        }

        fn credential_cookies(&self) -> Vec<String> {
            self.$inner.credential_cookies()
        }

        fn issuers(&self) -> Vec<$crate::IssuerName> {
            self.$inner.issuers()
        }
    };
}

pub(super) use forwarded;
