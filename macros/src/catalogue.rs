//! Every diagnostic of these macros, one row each.
//!
//! A code never changes its meaning and is never used again; `docs/errors.md` has a section for each
//! (a test compares).

/// One diagnostic. Texts hold `{placeholders}`, filled by [`Row::message`].
pub(crate) struct Row {
    /// `DC` and four digits: `00` the function, `01` options, `02` the body, `03` types, `04` modules and registries.
    pub(crate) code: &'static str,
    /// Heading of the section in `docs/errors.md`.
    #[cfg(test)]
    pub(crate) title: &'static str,
    /// What is wrong.
    pub(crate) text: &'static str,
    /// What to write instead.
    pub(crate) remedy: &'static str,
}

impl Row {
    /// `[code] text; remedy` with each `{key}` replaced by its value.
    pub(crate) fn message(&self, values: &[(&str, &str)]) -> String {
        let mut message = format!("[{}] {}; {}", self.code, self.text, self.remedy);
        for (key, value) in values {
            message = message.replace(&format!("{{{key}}}"), value);
        }
        message
    }
}

macro_rules! catalogue {
    ($all:ident: $($name:ident $code:literal $title:literal: $text:literal; $remedy:literal)*) => {
        $(pub(crate) static $name: Row = Row {
            code: $code,
            #[cfg(test)]
            title: $title,
            text: $text,
            remedy: $remedy,
        };)*

        #[cfg(test)]
        pub(crate) static $all: &[&Row] = &[$(&$name),*];
    };
}

catalogue! { ALL:
    NOT_A_FUNCTION "DC0001" "The attribute is not on a function":
        "{attribute} marks an async function"; "put it on an `async fn`"
    NOT_ASYNC "DC0002" "The function is not async":
        "a function marked {attribute} is an `async fn`"; "write `async fn {name}`"
    RECEIVER "DC0003" "The function is a method":
        "a function marked {attribute} cannot take `self`: it is started by name, without an object";
        "make it a free function and pass what it needs as arguments{shared}"
    GENERIC "DC0004" "The function is generic":
        "a function marked {attribute} cannot be generic: its name stands for one type of input in every history";
        "write the types out, one function for each"
    QUALIFIER "DC0005" "The function is const, unsafe, extern or variadic":
        "a function marked {attribute} cannot be `{qualifier}`"; "write a plain `async fn`"
    IMPL_TRAIT "DC0006" "A parameter or the result is `impl Trait`":
        "`{type}` is not one type, and {what} of {article} {kind} is stored and read back as one";
        "name the type"
    BORROWED "DC0007" "A parameter or the result is borrowed":
        "{what} of {article} {kind} is stored in the history, so it cannot be borrowed";
        "take the owned type: `{owned}`"
    PATTERN "DC0008" "A parameter is a pattern":
        "a parameter of {article} {kind} has a plain name, which its callers see";
        "name it here and take it apart in the body with `let`"
    CONTEXT_TYPE "DC0009" "The context has another type":
        "the context of {article} {kind} is `{expected}`"; "write `{name}: {expected}`"
    CONTEXT_PLACE "DC0010" "The context is not the first parameter":
        "the context comes once and first"; "{remedy}"
    STATE "DC0011" "A workflow takes shared state":
        "a workflow cannot take `{type}`: what it reads there is not in its history, so a replay could go another way";
        "use the state in an `#[activity]` and call that"
    TOO_MANY "DC0012" "More than eight parameters":
        "{article} {kind} takes at most 8 inputs, and this one has {count}"; "take one struct with named fields"
    FOREIGN_ATTRIBUTE "DC0013" "Another attribute below ours":
        "`#[{foreign}]` below {attribute} could change the function in ways that the checks cannot see";
        "{remedy}"
    TWO_KINDS "DC0014" "Two of our attributes on one function":
        "a function is {article} {kind} or {other_article} {other}, not both"; "remove `#[{foreign}]`"
    PARAMETER_ATTRIBUTE "DC0015" "An attribute on a parameter":
        "`#[{foreign}]` on a parameter would change what callers pass"; "remove it"
    NO_BODY "DC0016" "A `#[durable]` function without a body":
        "a function marked {attribute} runs inside the workflow that uses it, so it needs a body";
        "write the body, or declare `#[activity]` or `#[workflow]` for a function of another app"
    PURE_ASYNC "DC0017" "A `#[pure]` function is async":
        "a `#[pure]` function computes and never waits"; "mark an async helper of workflows `#[durable]`"

    UNKNOWN_OPTION "DC0101" "Unknown option":
        "{owner} has no option `{key}`"; "its options are {options}"
    OPTION_OF_OTHER "DC0102" "An option of another attribute":
        "`{key}` is an option of {others}, not of {owner}"; "{remedy}"
    DUPLICATE_OPTION "DC0103" "An option is given twice":
        "the option `{key}` is given twice"; "keep one"
    OPTION_VALUE "DC0104" "An option written in another way":
        "the option `{key}` is not written like this"; "write `{usage}`"
    EMPTY_TEXT "DC0105" "An empty name":
        "the option `{key}` is empty"; "give it a text, or leave the option out"
    DURATION "DC0106" "Not a duration":
        "`{value}` is not a duration: {reason}"; "write whole numbers with a unit, as in \"500ms\", \"30s\" or \"1h30m\" (units: ns, us, ms, s, m, h, d)"
    RETRY "DC0107" "A retry policy that cannot be followed":
        "this retry policy cannot be followed: {reason}"; "{remedy}"
    LATEST "DC0108" "`latest` without a version":
        "`latest` says which of several named versions new instances take, and this workflow names none";
        "add `version = \"..\"`, or remove `latest`"

    CLOCK "DC0201" "A clock":
        "`{path}` reads a clock, which shows another time when the workflow is replayed"; "{remedy}"
    RANDOM "DC0202" "A random value or id":
        "`{path}` gives another value when the workflow is replayed"; "{remedy}"
    WAIT "DC0203" "A wait that is not in the history":
        "`{path}` waits in this process only, and is forgotten when it ends"; "{remedy}"
    SPAWN "DC0204" "A task or thread":
        "`{path}` reaches outside the workflow, where nothing is recorded or replayed"; "{remedy}"
    INPUT_OUTPUT "DC0205" "Input or output":
        "`{path}` is a side effect, which every replay would repeat"; "{remedy}"
    ENVIRONMENT "DC0206" "The environment of the process":
        "`{path}` depends on the process, and a replay may run in another one"; "{remedy}"
    ENVIRONMENT_MACRO "DC0207" "The environment of the build":
        "`{macro}!` depends on the build, and a replay may run in a later one"; "read it in an `#[activity]`, or pass it as input"
    BLOCKING "DC0208" "A call that blocks the thread":
        "`{path}` waits on the thread, and all workflows of the worker with it"; "{remedy}"
    STATIC "DC0209" "A static in the body":
        "a `static` is shared by all instances and is not in any history"; "use a local variable or a `const`"
    THREAD_LOCAL "DC0210" "A thread-local in the body":
        "a thread-local is shared by the instances that happen to run on a thread, and is not in any history";
        "use a local variable"
    UNSAFE "DC0211" "Unsafe code":
        "`unsafe` can reach what is not in the history"; "move it into an `#[activity]`, or behind a safe function"
    PRINTING "DC0212" "Printing":
        "`{macro}!` prints again on every replay"; "use `tracing`, as in `info!(..)`, which is silent while replaying"
    ADDRESS "DC0213" "An address":
        "addresses differ from run to run"; "use an id that is part of the input, or `ctx.new_uuid()`"
    OPAQUE_MACRO "DC0214" "An unknown macro":
        "`{macro}!` may expand to code that the checks cannot see";
        "write the code out, or answer for it with `#[{attribute}(allow_macros({macro}))]`"
    POLLING_MACRO "DC0215" "A foreign select or join":
        "`{macro}!` polls in an order that a replay cannot repeat";
        "await a tuple or a `Vec` to join, and `race((a, b))` to take the first"
    ASYNC_CLOSURE "DC0216" "An async closure that borrows":
        "the future of this closure borrows from it, so the workflow cannot record it";
        "write `async move |..|`, or return an `async move` block from a plain closure"
    ENDLESS_LOOP "DC0217" "An endless loop":
        "this loop never ends, and each round adds to the history until it is too long to replay";
        "after some rounds, end the execution with `return this_workflow(next).continue_as_new().await`"
    CONTINUE_OTHER "DC0218" "Continuing as another workflow":
        "an execution of `{name}` can only continue as `{name}`"; "call `{name}(..)` here, or await the other workflow as a child"
    CONTINUE_PLACE "DC0219" "Continuing from inside a helper, block or closure":
        "only the workflow itself can end its execution"; "return a value from here, and call `continue_as_new` in the workflow's own body"
    CONTINUE_NOT_RETURNED "DC0220" "Code after continue_as_new":
        "`continue_as_new` ends the execution, so nothing can follow it"; "write `return {name}(..).continue_as_new().await`"
    SELECT "DC0221" "A `select!` written in another way":
        "this is not a `select!`: {reason}"; "write `select! { pattern = operation => expression, .. }` with 2 to 8 branches"
    PATCHED_VERSION "DC0222" "A patch in a workflow with versions":
        "this is version {version} of the workflow, and Dapr forgets the version of an instance that records a patch";
        "make a new version instead, or remove `version` and use patches alone"
    ACCEPT_FORM "DC0223" "An opt-out written in another way":
        "this opt-out is not complete: {reason}"; "write `#[accept(DC0201, reason = \"..\")]` with codes from docs/errors.md that allow it"
    ACCEPT_UNUSED "DC0224" "An opt-out that silences nothing":
        "nothing here is refused with {code}"; "remove the opt-out"
    ALLOWED_UNUSED "DC0225" "An allowed macro that is not called":
        "no unknown macro `{macro}!` is called here"; "remove it from `allow_macros(..)`"
    TRUST_UNUSED "DC0226" "A trusted function that is not called":
        "no unmarked function `{path}` is called here in strict mode"; "remove it from `trust(..)`"
    EFFECT_IN_LOG "DC0227" "An effect in a log line":
        "`{macro}!` evaluates its arguments only where somebody listens, so this `{effect}` would be missing from some replays";
        "take it before: `let value = ..;`, and give `{macro}!` the value"
}

// Of modules; their codes come last in `docs/errors.md`.
catalogue! { OF_MODULES:
    NOT_A_MODULE "DC0401" "`#[flows]` on something else than a module":
        "`#[flows]` marks an inline module, whose functions it sees"; "write `#[flows] mod orders { .. }`"
    FLOWS_OPTION "DC0402" "`#[flows]` with options":
        "`#[flows]` has no options"; "remove the parentheses"
    NAME_TWICE "DC0403" "A name twice in a module":
        "the {kind} `{name}` is in this module twice, and a worker could run only one of them";
        "give one of them another name, or the workflow another `version`"
    EVENT_TWICE "DC0404" "An event with two payloads in a module":
        "the event `{name}` is declared with the payload `{payload}` and, above, with `{other}` (names are compared without case)";
        "declare it once, or give one of them another name"
}

/// What the compiler's type checks report, in words that stand beside the traits of the runtime: code and title.
#[cfg(test)]
pub(crate) static OF_TYPES: [(&str, &str); 23] = [
    ("DC0301", "A value that is not durable is awaited"),
    ("DC0302", "A type cannot be stored in the history"),
    ("DC0303", "Something else is used as an activity"),
    ("DC0304", "Something else is used as a workflow"),
    ("DC0305", "`Durable` is implemented by hand"),
    ("DC0306", "Another type is called `State`"),
    ("DC0307", "A remote function is registered"),
    ("DC0308", "An error without a text"),
    ("DC0309", "A call is awaited outside of a workflow"),
    ("DC0310", "An async block is given to other code"),
    ("DC0311", "A durable operation is dropped"),
    ("DC0312", "Iteration in an order of its own"),
    ("DC0313", "A static that can change"),
    ("DC0314", "A value that cannot exist in a workflow"),
    ("DC0315", "Something that cannot be started"),
    ("DC0316", "Something that cannot be started detached"),
    ("DC0317", "Something that a client cannot schedule"),
    ("DC0318", "Something that cannot be raced"),
    ("DC0319", "Something that `all` cannot take"),
    ("DC0320", "An activity or workflow made by hand"),
    ("DC0321", "A method that asks the world outside"),
    ("DC0322", "Something that cannot be mocked"),
    ("DC0331", "An unmarked function in strict mode"),
];

/// What constants of generated code report while they are evaluated.
#[cfg(test)]
pub(crate) static OF_CONSTANTS: [(&str, &str); 5] = [
    ("DC0411", "A call of something that the registry does not hold"),
    ("DC0412", "A name twice in a registry"),
    ("DC0413", "An event with two payloads in a registry"),
    ("DC0414", "A workflow in a registry whose calls are not known"),
    ("DC0421", "The steps of a locked workflow changed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_code_text_and_remedy() {
        let message = LATEST.message(&[]);
        assert!(message.starts_with("[DC0108] `latest` says"), "{message}");
        assert!(message.ends_with("; add `version = \"..\"`, or remove `latest`"), "{message}");
    }

    #[test]
    fn codes_are_unique_and_in_order() {
        let codes: Vec<_> = ALL.iter().map(|row| row.code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
    }
}
