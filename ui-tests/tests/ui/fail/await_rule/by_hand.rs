use dacapo::prelude::*;

struct Mine;

impl Future for Mine {
    type Output = ();

    fn poll(self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<()> {
        std::task::Poll::Ready(())
    }
}

#[activity]
async fn ship(item: String) -> u64 {
    item.len() as u64
}

#[workflow]
async fn order(ctx: &WorkflowContext, items: Vec<String>) -> Result<u64> {
    Mine.await; // ERROR
    Ok(items.len() as u64 + ctx.instance_id().len() as u64)
}

fn main() {}
