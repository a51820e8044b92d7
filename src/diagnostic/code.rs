//! The codes: one per rule, stable, each with a text for `roadmap check --explain`.
//!
//! `examples/broken/` holds a file for every code that a file's content can provoke; a test sees
//! to it. A code that is no longer given stays reserved.

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The curriculum cannot be used.
    Error,
    /// It can be used, and would be better without.
    Warning,
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $title:literal $text:literal)*) => {
        /// Which rule a problem breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns its stable name, such as `R001`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// Returns how bad it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// Returns the rule in a few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// Returns what the rule asks, why, and how to mend it, as paragraphs.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

codes! {
    UnknownPrerequisite "R001" Error "unknown prerequisite"
    "A topic requires an id that no topic has.\n\nEvery id under `requires:` must be the `id:` of a topic in this curriculum, in this phase or another. Most often it is a slip of the keyboard, or the topic was renamed: then give the renamed topic `formerly: [old-id]`, so that learners keep their progress, and use the new id here."
    RequiresItself "R002" Error "topic requires itself"
    "A topic names itself under `requires:`.\n\nNobody could ever start it. Remove the entry, or name the topic that was meant."
    Cycle "R003" Error "cycle"
    "Topics require each other in a circle, so none of them could ever be started.\n\nThe message shows the whole path. Find the edge that is the least true and remove it; often one of the topics mixes two things and wants to be split."
    DuplicateId "R004" Error "duplicate id"
    "Two topics, two phases or two tracks have the same id.\n\nProgress is kept by id, so an id can stand for one thing only. Rename one of them. What a curriculum adds to the one that it extends needs ids of its own too; what is there is changed under `change:`."
    NotKebabCase "R005" Error "id not in kebab-case"
    "Ids are lower-case words of ASCII letters and digits, joined by single hyphens: `chain-rule`, `gpt-2`.\n\nThey are typed on command lines and stand in addresses and file names, where anything else is trouble."
    BadUrl "R006" Error "bad address"
    "A resource's `url:` is not an `http://` or `https://` address with a host and without spaces.\n\nOther schemes are refused, because a learner's click on a link must not run anything."
    BadHours "R007" Error "hours not above 0"
    "`hours:` is the time that a working adult needs for the topic, resources and exercises included. It is a number above 0 and at most 10000.\n\nThe plan is made of these numbers. Topics of 2 to 12 hours work best; split longer ones."
    AnswerOutOfRange "R008" Error "quiz answer out of range"
    "`answer:` is the number of the right option, counted from 1."
    EmptyPhase "R009" Error "empty phase"
    "A phase, or the whole curriculum, has nothing in it.\n\nA phase needs at least one topic, a curriculum at least one phase. Remove the phase until it has topics."
    UnknownGoal "R010" Error "track names an unknown topic"
    "A track's `goals:` name an id that no topic has."
    MissingFile "R011" Error "file cannot be read"
    "A file that the curriculum names cannot be read, or lies outside the curriculum's folder.\n\nThe names under `phases:` are relative to `roadmap.yaml` and may not leave its folder, neither with `..` nor through a symbolic link: a curriculum from somebody else must not be able to read your files."
    BadValue "R012" Error "value out of range"
    "`value:` says what having the topic is worth to the planner, as a multiple of an ordinary topic. It is a number from 0 to 1000."
    BadExercise "R013" Error "exercise is not a prerequisite"
    "`exercises:` names a topic that is not among the topic's own `requires:`.\n\nA review of this topic counts as half a review of the ones it exercises. That is only true of what it directly stands on."
    FormerIdTaken "R014" Error "former id is in use"
    "`formerly:` names an id that a topic has, or had according to another topic.\n\nProgress recorded under a former id moves to the topic that names it, which must be one topic only."
    EmptyText "R015" Error "empty text"
    "A text that a learner is shown (a title, an outcome, a question …) has nothing in it."
    BadQuiz "R016" Error "quiz without a choice"
    "A quiz question has fewer than two options, or the same option twice.\n\nFour options work best, the wrong ones being real misconceptions."
    RequiredTwice "R017" Error "required twice"
    "A list names the same topic twice."
    EmptyTrack "R018" Error "track without goals"
    "A track is a set of goal topics; this one has none."
    NoBase "R019" Error "nothing to extend"
    "`extends:` names no curriculum that can be read.\n\nIt is the id of the shipped curriculum, `generative-ai-engineer`, or a path relative to the file that says it: to a folder with a `roadmap.yaml`, or to a file that ends in `.yaml`. Other files are never opened, for a curriculum from somebody else must not be able to show yours."
    ExtendsItself "R020" Error "curriculum extends itself"
    "A curriculum extends itself, directly or through others, or the chain of those that extend one another is longer than eight."
    BadChange "R021" Error "change that cannot be made"
    "`change:`, `remove:`, `after:` or `before:` names something that the extended curriculum does not have, or asks for two things at once.\n\n`change:` and `remove:` have lists of `topics`, `phases` and `tracks`, each named by its id there. What is new in this curriculum is not changed but written as it should be."
    NothingExtended "R022" Error "nothing extended to change"
    "`change:`, `remove:`, `after:` and `before:` say what is otherwise in the curriculum that is extended, and this one extends none.\n\nAdd `extends:` to `roadmap.yaml`, or remove the key. Phases of a curriculum that stands by itself come in the order of its list."
    Syntax "R101" Error "not valid YAML"
    "The file is not valid YAML: bad indentation, a missing bracket or quote, a colon inside an unquoted text …\n\nLists and keys that belong together start in the same column. A text that holds `: ` or ` #` must be in quotes."
    Tab "R102" Error "tab used for indentation"
    "YAML does not allow tab characters for indentation. Set the editor to insert spaces."
    UnknownKey "R103" Error "unknown key"
    "A key that the format does not have.\n\nUnknown keys are refused rather than ignored, so that a slip such as `outcome:` for `outcomes:` cannot go unnoticed."
    WrongType "R104" Error "wrong type"
    "A value of another shape than the key wants: a text where a number belongs, a single word where a list belongs, or nothing at all."
    MissingKey "R105" Error "missing key"
    "A required key is not there.\n\nRequired: `id`, `title`, `phases` of a curriculum that extends no other; `id`, `title`, `topics` of a phase; `id`, `title`, `hours` of a topic; `title`, `url` of a resource; `ask`, `options`, `answer` of a question; `id`, `title`, `goals` of a track."
    DuplicateKey "R106" Error "duplicate key"
    "The same key twice in one place. Only one could count, and YAML does not say which."
    NotText "R107" Error "not UTF-8 text"
    "The file is not UTF-8 text. Save it as UTF-8."
    TooBig "R108" Error "more than a curriculum can be"
    "The file is nested too deeply, repeats itself through aliases beyond any use, or is larger than 256 MiB. Such files are refused before they can fill the memory."
    ImpliedPrerequisite "R201" Warning "prerequisite already implied"
    "A prerequisite that another prerequisite already requires, directly or through others.\n\nIt changes nothing in the order and makes the graph harder to read. Remove it, or keep the one whose reason says more."
    LaterPhase "R202" Warning "prerequisite from a later phase"
    "A topic requires one of a later phase.\n\nThe order of study stays right, but the phases then do not tell the truth about it. Move one of the two."
    NoOutcomes "R203" Warning "topic without outcomes"
    "The topic says nothing under `outcomes:`.\n\nAn outcome is what the learner can do afterwards, observable: `Can derive …`, `Can choose between …`. Without one, nobody can tell when the topic is done."
    NoResources "R204" Warning "topic without resources"
    "The topic names nothing to learn from under `resources:`."
}

impl Code {
    /// Returns the code with this id, in any case.
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
    }
}
