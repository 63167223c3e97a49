// Package member says which nodes the cluster has and how they are. A [Beater] on
// each node tells its [State] once a second and whenever something happens that
// others wait for; a [View] gathers what all tell. A node that has not been heard
// of for three seconds, or whose connections the server saw die, is gone.
//
// Nothing on the way of a request depends on it.
package member
