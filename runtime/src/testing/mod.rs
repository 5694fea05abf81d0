//! Testing workflows in process: virtual time, typed mocks, a replay check of every turn, crashes on demand.
//!
//! [`TestEnv`] runs workflows and activities on the engine and the sidecar's core, in memory and without a port. Time is
//! virtual: when nothing else can happen, the clock jumps to the next timer. The guide is docs/testing.md.
//!
//! ```standalone_crate
//! use dacapo::prelude::*;
//! use dacapo::testing::TestEnv;
//!
//! #[activity]
//! async fn charge(amount: u64) -> Result<String> {
//!     Ok(format!("receipt for {amount}"))
//! }
//!
//! #[workflow]
//! async fn pay_later(ctx: &WorkflowContext, amount: u64) -> Result<String> {
//!     ctx.create_timer(Duration::from_secs(30 * 24 * 3600)).await;
//!     Ok(charge(amount).await?)
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! let env = TestEnv::new();
//! env.mock(charge, |amount: u64| async move { Ok(format!("paid {amount}")) });
//! let run = env.schedule(pay_later(7)).await?;
//! assert_eq!(run.result().await?, "paid 7");        // takes no time
//! assert_eq!(env.calls(charge), [(7,)]);
//! # Ok(())
//! # }
//! ```

mod activity;
mod check;
mod crash;
mod diff;
mod env;
mod fault;
mod history;
mod job;
mod logs;
mod mock;
mod mockable;
mod pump;
mod random;
mod replay;
mod run;
mod stuck;
pub(crate) mod trace;
mod turn;
mod world;

pub use env::TestEnv;
pub use history::Expected;
pub use logs::LogLine;
pub use mock::Mock;
pub use mockable::{MockBody, Mockable, MockedCall};
#[doc(hidden)]
pub use replay::replay_files;
pub use replay::{ReplayError, Replayed};
pub use run::TestRun;

pub use crate::client::RecordedHistory;
