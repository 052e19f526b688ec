{{ config(group='attribution') }}

-- Fails if there are more conversion types than lost journeys can tell apart (macro type_bit): supply conversions of
-- fewer types.
select
    conversion_type,
    type_no
from {{ ref('int_attribution__type_numbers') }}
where type_no > 53
