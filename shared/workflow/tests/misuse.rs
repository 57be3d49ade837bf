//! What could not be undone, or commits twice, does not compile.

#[test]
fn the_four_misuses_do_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/misuse/*.rs");
}
