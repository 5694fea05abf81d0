use dacapo::prelude::*;

#[workflow]
async fn order(names: std::rc::Rc<String>) -> usize { // ERROR
    names.len()
}

fn main() {}
