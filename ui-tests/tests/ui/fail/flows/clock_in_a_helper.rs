
#[dacapo::flows]
mod orders {
    use dacapo::prelude::*;

    #[workflow]
    pub(crate) async fn order(count: u64) -> u64 {
        price(count)
    }

    fn price(count: u64) -> u64 {
        count * rate()
    }

    fn rate() -> u64 {
        std::time::SystemTime::now().elapsed().map_or(0, |age| age.as_secs()) // ERROR
    }

    pub(crate) fn outside() {
        println!("nobody reaches this from a workflow");
    }
}

fn main() {}
