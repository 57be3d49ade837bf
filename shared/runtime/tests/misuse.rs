//! What is not declared whole does not come into an API.

#[test]
fn an_operation_without_its_declaration_does_not_compile() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/misuse/*.rs");
}
