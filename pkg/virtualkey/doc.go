// Package virtualkey has the keys that the gateway gives out: how one is made
// ([Minter]), what is kept of it ([Record]), and how an edge finds it
// ([Directory]).
//
// There may be a great many keys, and they change all the time, so they are not
// part of the configuration: an edge reads a key when it is first used, keeps it,
// and hears what it is changed to ([Follower]). A key that was made up is refused by
// its tag, without a look-up. What a key means to a call is not decided here.
package virtualkey
