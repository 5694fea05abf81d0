//! The three attributes.

/// Which attribute an item carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Activity,
    Workflow,
    Durable,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Activity, Self::Workflow, Self::Durable];

    /// The kind whose attribute has this name.
    pub(crate) fn of_attribute(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The attribute's name, without `#[]`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Workflow => "workflow",
            Self::Durable => "durable",
        }
    }

    /// The attribute as it is written, in backticks.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Activity => "`#[activity]`",
            Self::Workflow => "`#[workflow]`",
            Self::Durable => "`#[durable]`",
        }
    }

    /// What messages call the function.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Workflow => "workflow",
            Self::Durable => "`#[durable]` function",
        }
    }

    /// The article before [`noun`](Self::noun).
    pub(crate) fn article(self) -> &'static str {
        match self {
            Self::Activity => "an",
            Self::Workflow | Self::Durable => "a",
        }
    }

    /// The type of the context that its functions may take.
    pub(crate) fn context(self) -> &'static str {
        match self {
            Self::Activity => "ActivityContext",
            Self::Workflow | Self::Durable => "WorkflowContext",
        }
    }
}
