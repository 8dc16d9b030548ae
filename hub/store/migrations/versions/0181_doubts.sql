-- Doubts between persons are few among the edges; the audit and the linkage look for them by method.
create index ix_edge_doubted on hub.edge (method, mention_a) where judgement = 'unsure';
