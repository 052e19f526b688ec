-- Fails if a matured rate lies below the raw rate or outside 0..1, differs from the raw rate where every window has passed, or
-- is missing where there is a raw rate.
with funnel_conversion as (

    select * from {{ ref('fct_funnel_conversion') }}

),

failures as (

    select * from funnel_conversion
    where
        matured_rate < conversion_rate - 0.000000001
        or matured_rate < 0
        or matured_rate > 1
        or (is_mature and abs(matured_rate - conversion_rate) > 0.000000001)
        or (matured_rate is null) <> (conversion_rate is null)

)

select * from failures
