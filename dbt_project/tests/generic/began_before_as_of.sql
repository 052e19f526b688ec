{#- Fails if a day or month, of the reporting time zone, hadn't begun by the last moment before as_of. -#}
{%- test began_before_as_of(model, column_name) -%}
select {{ column_name }}
from {{ model }}
cross join {{ ref('canonical_as_of') }} as as_of
where {{ column_name }} > {{ reporting_day("as_of.as_of - interval '1 microsecond'", is_moment=true) }}
{%- endtest -%}
