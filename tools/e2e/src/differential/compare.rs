//! Finds what two sidecars said differently, and what of that is known and explained.

use std::collections::BTreeSet;

use super::player::Trace;
use super::rules::{Rule, What, rules};
use super::script::Plan;
use super::side::Who;

/// What our sidecar and another one said to one step.
#[derive(Clone, Debug)]
pub(super) struct Difference<'a> {
    pub(super) plan: &'a Plan,
    pub(super) step: usize,
    pub(super) ours: &'a str,
    pub(super) theirs: &'a str,
}

/// The outcome of a comparison.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    /// The names of the explanations that were needed.
    pub(super) explained: BTreeSet<&'static str>,
    /// Differences that nothing explains, in words.
    pub(super) unexplained: Vec<String>,
}

impl Comparison {
    /// Compares what was said in one scenario.
    pub(super) fn compare(&mut self, plan: &Plan, who: Who, ours: &Trace, theirs: &Trace) {
        for step in 0..ours.len().max(theirs.len()) {
            let said =
                |trace: &'_ Trace| trace.get(step).cloned().unwrap_or_else(|| "(not reached)".to_owned());
            let (ours, theirs) = (said(ours), said(theirs));
            let difference = Difference { plan, step, ours: &ours, theirs: &theirs };
            if ours != theirs && self.judge(who, &difference) == Verdict::Apart {
                return;
            }
        }
    }

    fn judge(&mut self, who: Who, difference: &Difference<'_>) -> Verdict {
        let known = || rules().filter(|rule| rule.who == who);
        if self.equal_when_rewritten(known(), difference) {
            return Verdict::Together;
        }
        let explains = |rule: &&Rule| matches!(rule.what, What::Accept { when, .. } if when(difference));
        if let Some(rule) = known().find(explains) {
            self.explained.insert(rule.name);
            let goes_on = matches!(rule.what, What::Accept { goes_on: true, .. });
            return if goes_on { Verdict::Together } else { Verdict::Apart };
        }
        self.unexplained.push(in_words(who, difference));
        Verdict::Apart
    }

    fn equal_when_rewritten<'a>(
        &mut self,
        rules: impl Iterator<Item = &'a Rule>,
        difference: &Difference<'_>,
    ) -> bool {
        let (mut ours, mut theirs) = (difference.ours.to_owned(), difference.theirs.to_owned());
        let mut used = Vec::new();
        for rule in rules {
            let What::Rewrite(rewrite) = rule.what else { continue };
            let (our_next, their_next) = (rewrite(&ours), rewrite(&theirs));
            // What changes both alike explains nothing.
            if (our_next == ours) != (their_next == theirs)
                || lines_apart(&our_next, &their_next) < lines_apart(&ours, &theirs)
            {
                used.push(rule.name);
            }
            (ours, theirs) = (our_next, their_next);
        }
        let equal = ours == theirs;
        if equal {
            self.explained.extend(used);
        }
        equal
    }
}

/// Whether what follows can still be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Together,
    Apart,
}

fn lines_apart(ours: &str, theirs: &str) -> usize {
    ours.lines().zip(theirs.lines()).filter(|(one, other)| one != other).count()
        + ours.lines().count().abs_diff(theirs.lines().count())
}

fn in_words(who: Who, difference: &Difference<'_>) -> String {
    let Difference { plan, step, ours, theirs } = difference;
    let done = plan.steps.get(*step).map_or_else(String::new, |step| format!("{step:?}"));
    format!(
        "=== {} step {step}: {done}\n--- {}\n{ours}\n--- {}\n{theirs}\n",
        plan.name,
        Who::Ours.name(),
        who.name()
    )
}

#[cfg(test)]
mod tests {
    use super::Comparison;
    use crate::differential::script::Script;
    use crate::differential::side::Who;

    #[test]
    fn what_nothing_explains_is_reported_once_a_scenario() {
        let plan = Script::new().look("a").look("a").plan("two looks");
        let mut comparison = Comparison::default();
        let trace = |words: [&str; 2]| words.map(str::to_owned).to_vec();
        comparison.compare(&plan, Who::Daprd, &trace(["one", "two"]), &trace(["one", "two"]));
        assert!(comparison.unexplained.is_empty());
        comparison.compare(&plan, Who::Daprd, &trace(["one", "two"]), &trace(["other", "else"]));
        assert_eq!(comparison.unexplained.len(), 1, "{:?}", comparison.unexplained);
        assert!(comparison.explained.is_empty());
    }
}
