//! The attributes on functions.

/// Which attribute an item carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Activity,
    Workflow,
    Durable,
    /// A plain function that strict workflows may call.
    Pure,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Activity, Self::Workflow, Self::Durable, Self::Pure];

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
            Self::Pure => "pure",
        }
    }

    /// The attribute as it is written, in backticks.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Activity => "`#[activity]`",
            Self::Workflow => "`#[workflow]`",
            Self::Durable => "`#[durable]`",
            Self::Pure => "`#[pure]`",
        }
    }

    /// What messages call the function.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Activity => "activity",
            Self::Workflow => "workflow",
            Self::Durable => "`#[durable]` function",
            Self::Pure => "`#[pure]` function",
        }
    }

    /// The article before [`noun`](Self::noun).
    pub(crate) fn article(self) -> &'static str {
        match self {
            Self::Activity => "an",
            Self::Workflow | Self::Durable | Self::Pure => "a",
        }
    }

    /// The type of the context that its functions may take.
    pub(crate) fn context(self) -> &'static str {
        match self {
            Self::Activity => "ActivityContext",
            Self::Workflow | Self::Durable | Self::Pure => "WorkflowContext",
        }
    }
}
