//! Tests that need what not every machine has.

/// Says why a test does nothing. Where everything has to be there, that is a failure.
#[expect(clippy::print_stderr, reason = "says that a test did nothing")]
pub fn skipped(why: &str) {
    let is_required =
        std::env::var("GIT_STORE_TEST_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    assert!(!is_required, "{why}");
    eprintln!("skipped: {why}");
}
