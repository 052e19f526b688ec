-- The publication that this file is.
select version, published_at, as_of, run_id
from observability.published_versions
where is_current
