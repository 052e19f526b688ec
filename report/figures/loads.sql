-- Rows of every load so far, by source and entity.
select
    source_system,
    entity,
    sum(extracted)::bigint as extracted,
    sum(loaded)::bigint as loaded,
    sum(deduplicated)::bigint as deduplicated,
    sum(quarantined)::bigint as quarantined,
    bool_and(is_conserved) as is_conserved
from observability.row_conservation
group by source_system, entity
having sum(extracted) > 0
order by source_system, entity
