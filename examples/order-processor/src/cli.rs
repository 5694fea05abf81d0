//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Parser, ValueEnum, value_parser};

use crate::models::{Fault, Order};
use crate::stock::BASE_STOCK;

/// Places an order and waits for it; Dapr's workflow quickstart in Rust.
///
/// With DAPR_GRPC_PORT or DAPR_GRPC_ENDPOINT set it uses that sidecar, otherwise its own on a database file. Kill it
/// any time and run it again: it goes on where it stopped. Exit codes: 0 the order was processed, 1 it was not, 130
/// and 143 after SIGINT and SIGTERM (run again to resume).
#[derive(Clone, Debug, Parser)]
#[command(name = "order-processor", version)]
pub struct Cli {
    /// What to buy.
    #[arg(long, default_value = "cars", value_parser = items())]
    pub item: String,

    /// How many pieces.
    #[arg(long, default_value_t = 10, value_parser = value_parser!(u32).range(1..))]
    pub quantity: u32,

    /// The order's id; a random one unless given. The id of an unfinished order resumes it, that of a finished one
    /// shows its result. Without an id an unfinished order is resumed, if there is one.
    #[arg(long)]
    pub id: Option<String>,

    /// What the manager says to orders above 50,000 USD: a simulated one approves or denies, none stays silent
    /// (another program may raise `manager_approval`), ask asks you.
    #[arg(long, value_enum, default_value_t = Manager::Approve)]
    pub approval: Manager,

    /// How long the manager takes.
    #[arg(long, default_value = "2s", value_parser = humantime::parse_duration)]
    pub approval_delay: Duration,

    /// How long the order waits for the manager.
    #[arg(long, default_value = "200s", value_parser = humantime::parse_duration)]
    pub approval_timeout: Duration,

    /// Places no order, and carries out those that others start, over Dapr's HTTP API for one, until it is told to stop.
    #[arg(long, conflicts_with_all = ["item", "quantity", "id", "fail"])]
    pub serve: bool,

    /// Makes a step fail, to show what happens then.
    #[arg(long, value_enum)]
    pub fail: Option<Fault>,

    /// The database of the embedded sidecar.
    #[arg(long, default_value = "orders.db")]
    pub db: PathBuf,
}

/// What the manager does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Manager {
    /// Approves.
    Approve,
    /// Denies.
    Deny,
    /// Is on holiday.
    None,
    /// Is you.
    Ask,
}

impl Cli {
    /// The order that the flags describe.
    pub fn order(&self) -> Order {
        let price = BASE_STOCK.iter().find(|(name, ..)| *name == self.item).map_or(0, |(_, price, _)| *price);
        Order {
            item_name: self.item.clone(),
            total_cost: price * u64::from(self.quantity),
            quantity: self.quantity,
            approval_timeout_ms: self.approval_timeout_ms(),
            fail: self.fail,
        }
    }

    /// The manager's time, if it is not the usual one.
    fn approval_timeout_ms(&self) -> Option<u64> {
        let usual = self.approval_timeout == crate::models::APPROVAL_TIMEOUT;
        (!usual).then(|| u64::try_from(self.approval_timeout.as_millis()).unwrap_or(u64::MAX))
    }
}

fn items() -> PossibleValuesParser {
    PossibleValuesParser::new(BASE_STOCK.map(|(name, ..)| name))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_flags_it_is_the_quickstart_s_order() {
        let order = Cli::parse_from(["order-processor"]).order();
        let json = r#"{"item_name":"cars","total_cost":150000,"quantity":10}"#;
        assert_eq!(serde_json::to_string(&order).unwrap(), json);
    }

    #[test]
    fn flags_make_the_order() {
        let flags = ["--item=paperclip", "--quantity=3", "--approval-timeout=1s", "--fail=inventory"];
        let order = Cli::parse_from([&["order-processor"], flags.as_slice()].concat()).order();
        assert_eq!(
            (order.total_cost, order.approval_timeout_ms, order.fail),
            (15, Some(1000), Some(Fault::Inventory))
        );
    }

    #[test]
    fn what_cannot_be_ordered_is_refused() {
        for flag in ["--item=boats", "--quantity=0", "--approval=maybe", "--approval-delay=2", "--fail=all"] {
            assert!(Cli::try_parse_from(["order-processor", flag]).is_err(), "{flag}");
        }
        for flag in ["--item=cars", "--quantity=1", "--id=order-1", "--fail=payment"] {
            assert!(Cli::try_parse_from(["order-processor", "--serve", flag]).is_err(), "{flag}");
        }
    }
}
