-- What each platform claims against what the warehouse finds.
select
    platform,
    conversion_type,
    sum(claimed_conversions) as claimed_conversions,
    sum(attributed_conversions) as attributed_conversions,
    sum(claimed_conversions) / nullif(sum(attributed_conversions), 0) as overclaim_ratio
from marts.fct_platform_claims
group by platform, conversion_type
order by platform, conversion_type
