//! Models, prompts and tools: agents as workflows.

use std::collections::VecDeque;

use dacapo::prelude::*;
use serde_json::{Value, json};

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who said it.
    pub role: String,
    /// What.
    pub content: String,
}

impl Message {
    fn new(role: &str, content: impl Into<String>) -> Self {
        Self { role: role.to_owned(), content: content.into() }
    }
}

/// What a model answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// A text for the user.
    Text(String),
    /// A tool that it wants to use, with arguments.
    Tool {
        /// Its name.
        name: String,
        /// Its arguments.
        arguments: Value,
    },
}

/// The user says something.
pub const PROMPT: Event<String> = Event::new("prompt");

/// Asks a model.
#[activity(retry(
    max_attempts = 6,
    first_interval = "1s",
    backoff = 2.0,
    max_interval = "30s",
    timeout = "10m"
))]
pub async fn ask_model(conversation: Vec<Message>) -> Result<Answer> {
    let last = conversation.last().ok_or_else(|| Error::msg("nothing to answer").non_retriable())?;
    Ok(match (last.role.as_str(), last.content.strip_prefix("add ")) {
        ("user", Some(numbers)) => {
            Answer::Tool { name: "add".to_owned(), arguments: json!(numbers.split('+').collect::<Vec<_>>()) }
        }
        _ => Answer::Text(format!("you said: {}", last.content)),
    })
}

/// Runs a tool.
#[activity]
pub async fn run_tool(name: String, arguments: Value) -> Result<Value> {
    let numbers = arguments.as_array().into_iter().flatten().filter_map(Value::as_str);
    let sum: f64 = numbers.filter_map(|number| number.trim().parse::<f64>().ok()).sum();
    Ok(json!({ "tool": name, "result": sum }))
}

/// The loop of an agent: model, tools, model, until it has an answer.
#[workflow]
pub async fn agent(question: String, steps: u32) -> Result<String> {
    let mut conversation = vec![Message::new("system", "You are helpful."), Message::new("user", question)];
    for step in 0..steps {
        match ask_model(conversation.clone()).await? {
            Answer::Text(text) => return Ok(text),
            Answer::Tool { name, arguments } => {
                debug!(step, name, %arguments, "a tool is used");
                let result = run_tool(name, arguments).await?;
                conversation.push(Message::new("tool", result["result"].to_string()));
            }
        }
    }
    Err(Error::with_type("TooManySteps", "the model does not come to an end"))
}

/// A conversation that lasts for days, with a memory of limited length.
#[workflow]
pub async fn chat(ctx: &WorkflowContext, history: VecDeque<Message>) -> Result<usize> {
    let mut history = history;
    let mut turns = 0_usize;
    while let Ok(prompt) = PROMPT.recv().timeout(Duration::from_hours(24)).await {
        if prompt.trim() == "/quit" {
            return Ok(turns);
        }
        history.push_back(Message::new("user", prompt));
        let Answer::Text(reply) = ask_model(history.iter().cloned().collect()).await? else { continue };
        ctx.set_custom_status(&reply)?;
        history.push_back(Message::new("assistant", reply));
        while history.len() > 20 {
            history.pop_front();
        }
        turns += 1;
        if turns == 50 {
            return chat(history).continue_as_new().await;
        }
    }
    Ok(turns)
}

/// Several drafts at once, and a judge.
#[workflow]
pub async fn best_of(prompt: String, drafts: usize) -> Result<String> {
    let conversations = (0..drafts).map(|number| vec![Message::new("user", format!("{prompt} #{number}"))]);
    let answers = all(conversations.map(ask_model).collect::<Vec<_>>()).await?;
    let texts = answers
        .into_iter()
        .filter_map(|answer| if let Answer::Text(text) = answer { Some(text) } else { None });
    let numbered: Vec<String> = texts.zip(1_u8..).map(|(text, number)| format!("{number}. {text}")).collect();
    match ask_model(vec![Message::new("judge", numbered.join("\n"))]).await? {
        Answer::Text(text) => Ok(text),
        Answer::Tool { .. } => Err(Error::msg("a judge has no tools")),
    }
}

/// A prompt chain with a gate between the steps.
#[workflow]
pub async fn gated_chain(topic: String) -> Result<Option<String>> {
    let outline = ask_model(vec![Message::new("user", format!("outline of {topic}"))]).await?;
    let Answer::Text(outline) = outline else { return Ok(None) };
    if outline.split_whitespace().count() < 3 {
        return Ok(None);
    }
    let text = ask_model(vec![Message::new("user", outline)]).await?;
    Ok(match text {
        Answer::Text(text) if !text.is_empty() => Some(text),
        _ => None,
    })
}
