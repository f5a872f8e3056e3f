//! What is known about the change, and what is missing?
//!
//! Optional evidence is private and reached through accessors that return [`Unproven`]: in a check, `?` means
//! "I cannot tell", so no check can slip past missing evidence.

pub mod apart;
pub mod change;
pub mod claims;
pub mod code;
pub mod commands;
pub mod coverage;
pub mod earlier;
pub mod file;
pub mod grade;
pub mod ignored;
pub mod locks;
pub mod manifests;
pub mod mutation;
pub mod names;
pub mod nearby;
pub mod origin;
pub mod purpose;
pub mod receipt;
pub mod reviews;
pub mod sarif;
pub mod shelf;
pub mod sites;
pub mod state;
pub mod task;
pub mod tests;
pub mod touched;
pub mod versions;
pub mod xml;

use crate::finding::{Kind, Unproven};

use self::{
    change::Change, claims::Claims, coverage::Coverage, earlier::Earlier, mutation::MutationRun,
    reviews::Reviews, sarif::Sarif, state::State, task::Task, tests::TestRun,
};

/// Evidence that is there, or why it is not.
pub type Supplied<T> = Result<T, Unproven>;

/// Everything the checks may look at.
#[derive(Debug)]
pub struct Evidence {
    /// What changed: the one part without which nothing is judged.
    pub change: Change,
    task: Supplied<Task>,
    claims: Supplied<Claims>,
    messages: Claims,
    tests: Supplied<TestRun>,
    base_tests: Supplied<TestRun>,
    new_on_base: Supplied<TestRun>,
    mutation: Supplied<MutationRun>,
    coverage: Supplied<Coverage>,
    state: Supplied<State>,
    earlier: Supplied<Earlier>,
    reviews: Option<Reviews>,
    sarif: Option<Sarif>,
    base_sarif: Option<Sarif>,
    recorded: Vec<receipt::Ran>,
    judge: Vec<(&'static str, crate::path::RepoPath)>,
    code: code::Code,
    apart: apart::Apart,
}

impl Evidence {
    /// A change and nothing else.
    pub fn of(change: Change) -> Self {
        Self {
            change,
            task: Err(Unproven::NotSupplied(Kind::Task)),
            claims: Err(Unproven::NotSupplied(Kind::Claims)),
            messages: Claims::default(),
            tests: Err(Unproven::NotSupplied(Kind::Tests)),
            base_tests: Err(Unproven::NotSupplied(Kind::BaseTests)),
            new_on_base: Err(Unproven::NotSupplied(Kind::NewOnBase)),
            mutation: Err(Unproven::NotSupplied(Kind::Mutation)),
            coverage: Err(Unproven::NotSupplied(Kind::Coverage)),
            state: Err(Unproven::NotSupplied(Kind::State)),
            earlier: Err(Unproven::NotSupplied(Kind::Earlier)),
            reviews: None,
            sarif: None,
            base_sarif: None,
            recorded: Vec::new(),
            judge: Vec::new(),
            code: code::Code::default(),
            apart: apart::Apart::default(),
        }
    }

    /// With a task.
    #[must_use]
    pub fn with_task(mut self, task: Supplied<Task>) -> Self {
        self.task = task;
        self
    }

    /// With claims.
    #[must_use]
    pub fn with_claims(mut self, claims: Supplied<Claims>) -> Self {
        self.claims = claims;
        self
    }

    /// With what the messages of the commits claim, where nobody gave any claims.
    #[must_use]
    pub fn with_messages(mut self, messages: Claims) -> Self {
        self.messages = messages;
        self
    }

    /// With test reports of the head.
    #[must_use]
    pub fn with_tests(mut self, tests: Supplied<TestRun>) -> Self {
        self.tests = tests;
        self
    }

    /// With test reports of the base.
    #[must_use]
    pub fn with_base_tests(mut self, tests: Supplied<TestRun>) -> Self {
        self.base_tests = tests;
        self
    }

    /// With reports of the new tests, run on the code of the base.
    #[must_use]
    pub fn with_new_on_base(mut self, tests: Supplied<TestRun>) -> Self {
        self.new_on_base = tests;
        self
    }

    /// With mutation reports.
    #[must_use]
    pub fn with_mutation(mut self, mutation: Supplied<MutationRun>) -> Self {
        self.mutation = mutation;
        self
    }

    /// With coverage reports.
    #[must_use]
    pub fn with_coverage(mut self, coverage: Supplied<Coverage>) -> Self {
        self.coverage = coverage;
        self
    }

    /// With the state of the working tree.
    #[must_use]
    pub fn with_state(mut self, state: Supplied<State>) -> Self {
        self.state = state;
        self
    }

    /// With an earlier verdict.
    #[must_use]
    pub fn with_earlier(mut self, earlier: Supplied<Earlier>) -> Self {
        self.earlier = earlier;
        self
    }

    /// With the threads of a review.
    #[must_use]
    pub fn with_reviews(mut self, reviews: Option<Reviews>) -> Self {
        self.reviews = reviews;
        self
    }

    /// With what linters say about the head, and about the base.
    #[must_use]
    pub fn with_sarif(mut self, head: Option<Sarif>, base: Option<Sarif>) -> Self {
        self.sarif = head;
        self.base_sarif = base;
        self
    }

    /// With the commands that receipts show.
    #[must_use]
    pub fn with_recorded(mut self, recorded: Vec<receipt::Ran>) -> Self {
        self.recorded = recorded;
        self
    }

    /// The commands that receipts show; none where no receipt was given.
    pub fn recorded(&self) -> &[receipt::Ran] {
        &self.recorded
    }

    /// With the paths of the judge's own files that lie in the judged tree: the task, the policy.
    #[must_use]
    pub fn with_judge(mut self, judge: Vec<(&'static str, crate::path::RepoPath)>) -> Self {
        self.judge = judge;
        self
    }

    /// What a path is to the judge, where the caller named it as one of the judge's own files.
    pub fn judge(&self, path: &crate::path::RepoPath) -> Option<&'static str> {
        self.judge
            .iter()
            .find(|(_, own)| own == path)
            .map(|(what, _)| *what)
    }

    /// The task.
    ///
    /// # Errors
    /// Nobody gave one.
    pub fn task(&self) -> Result<&Task, Unproven> {
        self.task.as_ref().map_err(Clone::clone)
    }

    /// The claims.
    ///
    /// # Errors
    /// Nobody gave any.
    pub fn claims(&self) -> Result<&Claims, Unproven> {
        self.claims.as_ref().map_err(Clone::clone)
    }

    /// The claims that were given, else those of the commit messages. Enough to accuse, never enough to acquit: nobody
    /// handed the messages in.
    ///
    /// # Errors
    /// Nobody gave any, and no message makes one.
    pub fn said(&self) -> Result<&Claims, Unproven> {
        self.claims().or_else(|missing| {
            let said = Some(&self.messages).filter(|messages| !messages.claims.is_empty());
            said.ok_or(missing)
        })
    }

    /// The sessions of the agents whose transcripts were given, at least one.
    ///
    /// # Errors
    /// No transcript was given.
    pub fn sessions(&self) -> Result<&[claims::transcripts::Session], Unproven> {
        let sessions = self.claims.as_ref().map(|claims| claims.sessions.as_slice());
        sessions
            .ok()
            .filter(|sessions| !sessions.is_empty())
            .ok_or(Unproven::NotSupplied(Kind::Transcripts))
    }

    /// The threads of the review.
    ///
    /// # Errors
    /// Nobody gave any.
    pub fn reviews(&self) -> Result<&Reviews, Unproven> {
        self.reviews.as_ref().ok_or(Unproven::NotSupplied(Kind::Reviews))
    }

    /// What linters say about the head.
    ///
    /// # Errors
    /// Nobody gave their results.
    pub fn sarif(&self) -> Result<&Sarif, Unproven> {
        self.sarif.as_ref().ok_or(Unproven::NotSupplied(Kind::Sarif))
    }

    /// What linters say about the base.
    ///
    /// # Errors
    /// Nobody gave their results.
    pub fn base_sarif(&self) -> Result<&Sarif, Unproven> {
        self.base_sarif.as_ref().ok_or_else(|| {
            let why = "no results of a linter on the base were given: pass `--base-sarif FILE`";
            Unproven::Insufficient(why.to_owned())
        })
    }

    /// The test run of the head, whole: every report readable and free of contradictions.
    ///
    /// # Errors
    /// No report, or one that is unreadable, stale or contradicts itself.
    pub fn tests(&self) -> Result<&TestRun, Unproven> {
        self.tests_as_read()?.whole()
    }

    /// What could be read of the test run of the head. Enough to accuse, never enough to acquit.
    ///
    /// # Errors
    /// No report at all.
    pub fn tests_as_read(&self) -> Result<&TestRun, Unproven> {
        self.tests.as_ref().map_err(Clone::clone)
    }

    /// The test run of the base, whole.
    ///
    /// # Errors
    /// As [`Evidence::tests`].
    pub fn base_tests(&self) -> Result<&TestRun, Unproven> {
        self.base_tests.as_ref().map_err(Clone::clone)?.whole()
    }

    /// The run of the new tests on the code of the base, whole.
    ///
    /// # Errors
    /// As [`Evidence::tests`].
    pub fn new_on_base(&self) -> Result<&TestRun, Unproven> {
        self.new_on_base.as_ref().map_err(Clone::clone)?.whole()
    }

    /// The mutation run, whole.
    ///
    /// # Errors
    /// No report, or one that is unreadable or unfinished.
    pub fn mutation(&self) -> Result<&MutationRun, Unproven> {
        self.mutation_as_read()?.whole()
    }

    /// What could be read of the mutation run. Enough to accuse, never enough to acquit.
    ///
    /// # Errors
    /// No report at all.
    pub fn mutation_as_read(&self) -> Result<&MutationRun, Unproven> {
        self.mutation.as_ref().map_err(Clone::clone)
    }

    /// Line coverage of the head.
    ///
    /// # Errors
    /// No report, or an unreadable one.
    pub fn coverage(&self) -> Result<&Coverage, Unproven> {
        self.coverage.as_ref().map_err(Clone::clone)
    }

    /// The state of the working tree.
    ///
    /// # Errors
    /// The run looks at commits or at a patch, not at a working tree.
    pub fn state(&self) -> Result<&State, Unproven> {
        self.state.as_ref().map_err(Clone::clone)
    }

    /// The earlier verdict.
    ///
    /// # Errors
    /// Nobody gave one.
    pub fn earlier(&self) -> Result<&Earlier, Unproven> {
        self.earlier.as_ref().map_err(Clone::clone)
    }

    /// Why a part is missing or cannot be relied on, `None` where it is whole.
    pub fn missing(&self, kind: Kind) -> Option<Unproven> {
        match kind {
            Kind::Change => None,
            Kind::Task => self.task().err(),
            Kind::Claims => self.claims().err(),
            Kind::Tests => self.tests().err(),
            Kind::BaseTests => self.base_tests().err(),
            Kind::NewOnBase => self.new_on_base().err(),
            Kind::Mutation => self.mutation().err(),
            Kind::Coverage => self.coverage().err(),
            Kind::State => self.state().err(),
            Kind::History => self.change.commits().err(),
            Kind::Earlier => self.earlier().err(),
            Kind::Files => self.change.shows_files().err(),
            Kind::Reviews => self.reviews().err(),
            Kind::Sarif => self.sarif().err(),
            Kind::Transcripts => self.sessions().err(),
        }
    }
}
