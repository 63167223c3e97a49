// Package put appends members to JSON objects of wire formats: [Text] and its like
// write a name and a value behind what is there already, with a comma where one is
// needed. It is not for reading JSON: that is take.
package put
