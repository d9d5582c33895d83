//! What must not compile, with the message one gets; and what must, under strict lints.
//!
//! Messages are the pinned compiler's. `TRYBUILD=overwrite` writes them anew: read each one.

#[test]
fn mistakes_are_told_in_words_and_right_programs_compile() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui-pass/*.rs");
    cases.compile_fail("ui/*/*.rs");
}
