-- Fails if wilson_bound isn't the score interval of Newcombe, "Two-sided confidence intervals for the single proportion"
-- (Statistics in Medicine 17, 1998, table I), to its four decimals, or if it bounds a share of no trials.
with published as (

    select 81 as successes, 263 as trials, 0.2553 as low, 0.3662 as high
    union all
    select 15 as successes, 148 as trials, 0.0624 as low, 0.1605 as high
    union all
    select 0 as successes, 20 as trials, 0.0000 as low, 0.1611 as high
    union all
    select 1 as successes, 29 as trials, 0.0061 as low, 0.1718 as high
    union all
    select 0 as successes, 0 as trials, null as low, null as high

),

computed as (

    select
        *,
        {{ wilson_bound('low', 'successes', 'trials') }} as computed_low,
        {{ wilson_bound('high', 'successes', 'trials') }} as computed_high
    from published

),

failures as (

    select * from computed
    where
        (trials > 0 and (abs(computed_low - low) > 0.00005 or abs(computed_high - high) > 0.00005))
        or (trials > 0 and (computed_low is null or computed_low < 0 or computed_high is null or computed_high > 1))
        or (trials = 0 and (computed_low is not null or computed_high is not null))

)

select * from failures
