
#[dacapo::flows]
fn order() {} // ERROR

fn main() {}
