use dacapo::prelude::*;

struct Mine;

impl Durable for Mine { // ERROR
    type Output = ();

    async fn begin(self, _: &WorkflowContext) {}
}

fn main() {}
