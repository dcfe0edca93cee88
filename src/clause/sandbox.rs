//! The engine clauses run in: chosen packages, every limit set, no clock, no files, no eval.

use super::effort::Effort;
use super::{facts, library, limits, operators, ranges, split, terms, verbs};
use crate::policy::Policy;
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage,
    BasicStringPackage, LogicPackage, MoreStringPackage, Package as _,
};
use rhai::{Engine, OptimizationLevel, Position, Token};
use std::sync::{Arc, Mutex, PoisonError};

/// Words of the language a policy has no use for.
const DISABLED: [&str; 14] = [
    "eval",
    "print",
    "debug",
    "type_of",
    "Fn",
    "call",
    "curry",
    "is_shared",
    "is_def_var",
    "is_def_fn",
    "while",
    "loop",
    "do",
    "try",
];

/// The sandbox with what the host watches.
pub(super) struct Sandbox {
    pub(super) engine: Engine,
    tokens: Arc<Mutex<Vec<(Token, Position)>>>,
}

impl Sandbox {
    pub(super) fn new(policy: &Policy) -> Self {
        let mut engine = Engine::new_raw();
        // without this the operators below are never asked about built-in types
        engine.set_fast_operators(false);
        engine.set_optimization_level(OptimizationLevel::None);
        ArithmeticPackage::new().register_into_engine(&mut engine);
        LogicPackage::new().register_into_engine(&mut engine);
        BasicMathPackage::new().register_into_engine(&mut engine);
        BasicStringPackage::new().register_into_engine(&mut engine);
        MoreStringPackage::new().register_into_engine(&mut engine);
        BasicArrayPackage::new().register_into_engine(&mut engine);
        BasicMapPackage::new().register_into_engine(&mut engine);
        BasicIteratorPackage::new().register_into_engine(&mut engine);
        set_limits(&mut engine);
        facts::register(&mut engine);
        terms::register(&mut engine);
        operators::register(&mut engine);
        library::register(&mut engine, policy.rounding.mode);
        ranges::register(&mut engine);
        split::register(&mut engine, policy);
        verbs::register(&mut engine, policy);
        let tokens = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&tokens);
        #[expect(
            deprecated,
            reason = "the only way to see the string literals of `switch` arms; the version is pinned"
        )]
        engine.on_parse_token(move |token, position, _| {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push((token.clone(), position));
            token
        });
        engine.on_progress(|_| Effort::step().is_err().then_some(rhai::Dynamic::UNIT));
        Self { engine, tokens }
    }

    /// The tokens of what was compiled since they were last taken.
    pub(super) fn take_tokens(&self) -> Vec<(Token, Position)> {
        std::mem::take(&mut *self.tokens.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn set_limits(engine: &mut Engine) {
    engine.set_max_operations(limits::OPERATIONS);
    engine.set_max_call_levels(limits::CALL_DEPTH);
    engine.set_max_expr_depths(limits::EXPRESSION_DEPTH, limits::EXPRESSION_DEPTH);
    engine.set_max_string_size(limits::TEXT_LENGTH);
    engine.set_max_array_size(limits::LIST_LENGTH);
    engine.set_max_map_size(limits::MAP_SIZE);
    engine.set_max_variables(limits::VARIABLES);
    engine.set_max_functions(limits::FUNCTIONS);
    engine.set_strict_variables(true);
    engine.set_allow_shadowing(false);
    engine.set_allow_anonymous_fn(false);
    engine.set_fail_on_invalid_map_property(true);
    for word in DISABLED {
        engine.disable_symbol(word);
    }
}
