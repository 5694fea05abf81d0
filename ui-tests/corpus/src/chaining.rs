//! One step after the other.

use dacapo::prelude::*;

/// Adds a word to a text.
#[activity]
pub async fn append(text: String, word: String) -> String {
    if text.is_empty() { word } else { format!("{text} {word}") }
}

/// Greets a city.
#[activity]
pub async fn say_hello(city: String) -> String {
    format!("Hello {city}!")
}

/// Turns a text around.
#[activity]
pub async fn reverse(text: String) -> String {
    text.chars().rev().collect()
}

/// The number that a text begins with.
#[activity]
pub async fn leading_number(text: String) -> Result<u32> {
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    Ok(digits.parse()?)
}

/// Two activities, the second with the result of the first.
#[workflow]
pub async fn basic(input: String) -> Result<String> {
    let two = append(input, "Two".to_owned()).await?;
    let three = append(two, "Three".to_owned()).await?;
    Ok(three)
}

/// A chain as a loop over words.
#[workflow]
pub async fn task_chaining() -> Result<String> {
    let mut sentence = String::from("This");
    for word in ["is", "task", "chaining"] {
        sentence = append(sentence, word.to_owned()).await?;
    }
    Ok(sentence)
}

/// Results in the order of the calls.
#[workflow]
pub async fn hello_cities() -> Result<Vec<String>> {
    let mut greetings = Vec::with_capacity(3);
    greetings.push(say_hello("Tokyo".to_owned()).await?);
    greetings.push(say_hello("Seattle".to_owned()).await?);
    greetings.push(say_hello("London".to_owned()).await?);
    Ok(greetings)
}

/// A call as the argument of a call.
#[workflow]
pub async fn nested_calls(text: String) -> Result<String> {
    Ok(reverse(append(reverse(text).await?, "gnidne".to_owned()).await?).await?)
}

/// What one step of [`pipeline`] does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// Turns the text around.
    Reverse,
    /// Adds a word.
    Append(String),
    /// Changes nothing outside of the workflow.
    Upper,
}

/// A chain whose steps are data, with its progress as the custom status.
#[workflow]
pub async fn pipeline(ctx: &WorkflowContext, mut text: String, steps: Vec<Step>) -> Result<String> {
    let count = steps.len();
    for (number, step) in steps.into_iter().enumerate() {
        ctx.set_custom_status(format!("step {} of {count}", number + 1))?;
        text = match step {
            Step::Reverse => reverse(text).await?,
            Step::Append(word) => append(text, word).await?,
            Step::Upper => text.to_uppercase(),
        };
    }
    ctx.clear_custom_status();
    Ok(text)
}

/// The first candidate that counts; later ones are not asked.
#[workflow]
pub async fn first_number(candidates: Vec<String>) -> Result<Option<u32>> {
    for candidate in &candidates {
        let Ok(number) = leading_number(candidate.clone()).await else { continue };
        return Ok(Some(number));
    }
    Ok(None)
}
