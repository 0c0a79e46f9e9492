//! stand-in
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use crate::units::SimTime;
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Priority(pub u8);
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey(pub u64);
impl EventKey { pub const NONE: Self = Self(u64::MAX); }
impl Default for EventKey { fn default() -> Self { Self::NONE } }
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Calendar<E> { map: BTreeMap<(i64, u8, u64), E>, gone: BTreeSet<u64>, at: BTreeMap<u64,(i64,u8,u64)>, seq: u64 }
impl<E: Copy> Calendar<E> {
    pub fn new() -> Self { Self { map: BTreeMap::new(), gone: BTreeSet::new(), at: BTreeMap::new(), seq: 0 } }
    pub fn schedule(&mut self, at: SimTime, p: Priority, e: E) -> EventKey { let k=(at.ns(),p.0,self.seq); self.seq+=1; self.map.insert(k,e); self.at.insert(k.2,k); EventKey(k.2) }
    pub fn cancel(&mut self, k: EventKey) -> bool { if let Some(k)=self.at.remove(&k.0) { self.map.remove(&k); true } else { false } }
    pub fn pop_until(&mut self, until: SimTime) -> Option<(SimTime,E)> { let (&k,&e)=self.map.iter().next()?; if k.0>until.ns() {return None;} self.map.remove(&k); self.at.remove(&k.2); Some((SimTime::from_ns(k.0),e)) }
    pub fn len(&self) -> usize { self.map.len() }
}
