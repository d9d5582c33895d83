use std::sync::Arc;

use arc_swap::ArcSwap;

/// Where the one current value is: read without waiting, replaced whole.
///
/// A seam for the scheduler that tries all orders of readers and writers.
pub(super) trait Room<T>: Send + Sync {
    fn read<A>(&self, look: impl FnOnce(&T) -> A) -> A;

    fn current(&self) -> Arc<T>;

    /// Puts `with` in if `was` is still there.
    fn replace(&self, was: &Arc<T>, with: Arc<T>) -> bool;
}

impl<T: Send + Sync> Room<T> for ArcSwap<T> {
    fn read<A>(&self, look: impl FnOnce(&T) -> A) -> A {
        look(&self.load())
    }

    fn current(&self) -> Arc<T> {
        self.load_full()
    }

    fn replace(&self, was: &Arc<T>, with: Arc<T>) -> bool {
        Arc::ptr_eq(&self.compare_and_swap(was, with), was)
    }
}
