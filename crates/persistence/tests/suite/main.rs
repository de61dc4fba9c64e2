//! The store as its callers see it, each test on a database file of its own. One binary, so that it links once.

#[cfg(test)]
mod credential_users;
#[cfg(test)]
mod credentials;
#[cfg(test)]
mod destinations;
#[cfg(test)]
mod fixture;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod people;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod sealing;
#[cfg(test)]
mod store;
#[cfg(test)]
mod verifications;
