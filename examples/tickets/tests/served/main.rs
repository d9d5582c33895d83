//! The example as its users have it: the program itself, asked over the network.

mod durability;
mod fresh;
mod input;
mod matrix;
mod race;
mod server;
mod tour;
