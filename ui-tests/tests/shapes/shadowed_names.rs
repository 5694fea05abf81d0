//! The generated code means its own names, whatever these mean in the program.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types)]

mod core {}
mod std {}
mod alloc {}
mod dacapo {}

struct Result<T>(T);
struct Option;
struct Ok;
struct Err;
struct Some;
struct None;
struct Vec;
struct Box;
struct String;
struct Send;
struct Future;
struct Infallible;
struct ActivityCall;
struct WorkflowCall;
struct u64;
struct str;
struct bool;

mod inner {
    use ::dacapo::{ActivityContext, WorkflowContext, activity, durable, workflow};

    use super::{
        ActivityCall, Box, Err, Future, Infallible, None, Ok, Option, Send, Some, String, Vec, WorkflowCall,
    };

    #[activity(app = "bank", retry(max_attempts = 3, first_interval = "1s"))]
    pub(super) async fn charge(
        ctx: &ActivityContext,
        amount: u32,
    ) -> ::std::result::Result<u32, ::std::string::String> {
        let _ = (
            Box,
            Err,
            Future,
            Infallible,
            None,
            Ok,
            Option,
            Send,
            Some,
            String,
            Vec,
            ActivityCall,
            WorkflowCall,
        );
        ::std::result::Result::Ok(amount + ctx.name().len() as u32)
    }

    #[workflow(version = "2", latest)]
    pub(super) async fn order(
        context: &WorkflowContext,
        amount: u32,
    ) -> ::std::result::Result<u32, ::dacapo::Error> {
        let twice = async { doubled(amount).await }.await;
        let __ctx = context.instance_id().len() as u32;
        ::std::result::Result::Ok(charge(twice).await? + __ctx)
    }

    #[durable]
    async fn doubled(amount: u32) -> u32 {
        amount * 2
    }
}

fn main() {
    let _ = (inner::charge(1), inner::order(1));
}
