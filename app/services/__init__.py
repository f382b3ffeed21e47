"""The verbs: one transaction's worth each. Actor, now and input in; rows and answers out."""
