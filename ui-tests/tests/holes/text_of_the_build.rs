//! A text that another build spells differently.

use dacapo::prelude::*;

#[workflow]
async fn order() -> Result<String> {
    Ok(format!("{}:{}", std::any::type_name::<String>(), line!()))
}
