use dacapo::prelude::*;

#[workflow(nam = "order", version = "")] // ERROR // ERROR
#[inline] // ERROR
fn order(lines: &[u64], (a, b): (u8, u8)) -> Result<u64> { // ERROR // ERROR // ERROR
    println!("{a} {b}"); // ERROR
    let today = std::time::SystemTime::now(); // ERROR
    let _ = today;
    Ok(lines[0])
}

#[workflow]
async fn parent() -> Result<u64> {
    Ok(order(&[1], (1, 2)).await?)
}

fn main() {}
