//! Calls to real listeners on this machine, and the guard against all it must refuse. One binary: it links once.

#[cfg(test)]
mod client;
#[cfg(test)]
mod cloud;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod rebinding;
#[cfg(test)]
mod standard;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tls;
