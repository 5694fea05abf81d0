//! The ids of all instances, a page at a time.

use std::collections::VecDeque;

use dacapo_proto::pb;
use futures_util::stream::{self, Stream};

use super::refusal::About;
use super::rpc::Rpc;
use crate::connection::TaskHub;
use crate::runtime_error::RuntimeError;

const PAGE_SIZE: u32 = 1024;

/// The ids of all instances of the app, children included, in the sidecar's order. Made by
/// [`Client::list`](crate::Client::list); Dapr 1.17 and newer.
#[derive(Clone, Debug)]
pub struct InstanceIds {
    rpc: Rpc,
    page: VecDeque<String>,
    next: Next,
}

#[derive(Clone, Debug)]
enum Next {
    First,
    After(String),
    Done,
}

impl InstanceIds {
    pub(super) fn new(rpc: Rpc) -> Self {
        Self { rpc, page: VecDeque::new(), next: Next::First }
    }

    /// The next id; `None` after the last. After an error the same page is asked for again.
    ///
    /// # Errors
    ///
    /// [`RuntimeError::Unsupported`] by sidecars before Dapr 1.17, [`RuntimeError::Unreachable`] without a sidecar.
    pub async fn next(&mut self) -> Result<Option<String>, RuntimeError> {
        loop {
            if let Some(id) = self.page.pop_front() {
                return Ok(Some(id));
            }
            let continuation_token = match &self.next {
                Next::First => None,
                Next::After(token) => Some(token.clone()),
                Next::Done => return Ok(None),
            };
            let message = pb::ListInstanceIDsRequest { continuation_token, page_size: Some(PAGE_SIZE) };
            let send = |mut hub: TaskHub, request| async move { hub.list_instance_i_ds(request).await };
            let response = self.rpc.unary(&About::call("ListInstanceIDs"), message, send).await?;
            self.page = response.instance_ids.into();
            self.next =
                response.continuation_token.filter(|token| !token.is_empty()).map_or(Next::Done, Next::After);
        }
    }

    /// The ids as a stream, which ends after its first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<String, RuntimeError>> + Send + 'static {
        stream::try_unfold(self, async |mut ids| Ok(ids.next().await?.map(|id| (id, ids))))
    }
}
