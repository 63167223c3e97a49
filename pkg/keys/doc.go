// Package keys chooses which of a provider's keys a call is sent with, so that
// over time each key carries its weight's share of the cost.
//
// It is a deficit accumulator: each call adds to every live key what the key is
// due by its weight, and takes the whole cost off the key that is chosen: the
// one that is owed most among those that may be used. Because all live keys
// accrue, whatever filter a call brings, the shares come out right even if many
// calls may use only some keys; a smooth weighted round robin for each filter is
// off by several percent.
//
// A key that was refused cools down. It accrues nothing meanwhile, and so comes
// back without a burst.
//
// Where several processes use the same keys, each chooses alone, and now and then
// they exchange their debts: Give takes out what one has in excess, Take adds what
// it is to pay for others. Package keys/balance does this over Redis.
package keys
