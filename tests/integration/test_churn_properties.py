"""Whatever customers do: movements, closings, bridges, curves and cohorts add up to one another."""

from datetime import datetime
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.bench import lineage
from tests.churn.comparison import MOMENTS, VARIANTS
from tests.churn.worlds import World, crowd, inputs
from tests.models import Model, Warehouse

CLAIMED = (
    "fct_mrr_movements", "fct_churn_monthly", "fct_churn_definition_bridge", "fct_revenue_retention_monthly",
    "fct_churn_survival", "int_cohorts__periods",
)  # fmt: skip


class Claim(NamedTuple):
    """A query without rows where the claim holds, and a change of what is built that gives it some."""

    breaches: str
    spoil: str


CLAIMS = {
    "movements sum to the change of revenue": Claim(
        """
        with changes as (
            select customer_key, period_month, sum(amount_reporting) as moved
            from marts.fct_mrr_movements group by all
        )
        select customers.customer_key, months.period_month
        from marts.dim_customers as customers cross join intermediate.int_churn__months as months
        left join marts.fct_mrr_monthly as ends using (customer_key, period_month)
        left join marts.fct_mrr_monthly as starts
            on customers.customer_key = starts.customer_key
            and months.period_month = starts.period_month + interval 1 month
        left join changes
            on customers.customer_key = changes.customer_key and months.period_month = changes.period_month
        where coalesce(ends.mrr_reporting, 0) - coalesce(starts.mrr_reporting, 0) != coalesce(moved, 0)
        """,
        "delete from marts.fct_mrr_movements where movement = 'churn'",
    ),
    "each definition and segment closes on its opening and what moved": Claim(
        """
        select * from (
            select *, lag(closing, 1, 0) over (
                partition by definition, segment_name, segment_value order by period_month
            ) as closed
            from marts.fct_churn_monthly
        )
        where opening != closed or closing < 0 or lost_voluntary + lost_involuntary > lost
            or closing != opening + gained + returned + expansion - contraction - lost + fx
        """,
        "update marts.fct_churn_monthly set lost = lost + 1 where segment_name = 'country'",
    ),
    "each definition closes on whom or what it counts": Claim(
        """
        with counted as (
            select 'revenue' as definition, period_month, sum(mrr_reporting) as held
            from marts.fct_mrr_monthly group by all
            union all
            select unnest(['logo', 'same_month_included', 'same_month_excluded']), period_month, count(*)
            from marts.fct_mrr_monthly group by all
            union all
            select definition, period_month, count(*)
            from intermediate.int_churn__buying_months group by all
        ),
        closed as (
            select definition, period_month, closing from marts.fct_churn_monthly
            where segment_name = 'all' and closing != 0
        )
        select * from closed full join counted using (definition, period_month)
        where closing is distinct from held
        """,
        "delete from intermediate.int_churn__buying_months where period_month = '2025-12-01'",
    ),
    "each segment name splits the same": Claim(
        """
        with sums as (
            select definition, period_month, segment_name, sum(closing) as closing, sum(lost) as lost
            from marts.fct_churn_monthly group by all
        )
        select * from sums inner join sums as totals using (definition, period_month)
        where totals.segment_name = 'all' and (sums.closing, sums.lost) != (totals.closing, totals.lost)
        """,
        "delete from marts.fct_churn_monthly where segment_value = 'unknown'",
    ),
    "the bridge leads from one definition's losses to the other's": Claim(
        """
        with bridge as (
            select
                period_month, from_definition, to_definition, segment_name, segment_value,
                sum(customers_from) as customers_from, sum(customers_to) as customers_to,
                sum(money_from_reporting) as money_from, sum(money_to_reporting) as money_to,
                sum(customers) as customers, sum(money_reporting) as money
            from marts.fct_churn_definition_bridge group by all
        ),
        pairs as (select distinct from_definition, to_definition from bridge),
        lost as (
            select period_month, segment_name, segment_value, definition, unit, lost
            from marts.fct_churn_monthly
        ),
        told as (
            select
                period_month, from_definition, to_definition, segment_name, segment_value,
                sum(case when definition = from_definition then lost end) as lost_from,
                sum(case when definition = to_definition and unit = 'customers' then lost end) as lost_to,
                sum(case when unit = 'money' then lost end) as ended
            from lost cross join pairs group by all
        )
        select * from told
        left join bridge using (period_month, from_definition, to_definition, segment_name, segment_value)
        where coalesce(customers_from, 0) != coalesce(lost_from, 0)
            or coalesce(customers_to, 0)
                != coalesce(case when to_definition = 'revenue' then lost_from else lost_to end, 0)
            or customers != customers_to - customers_from or money != money_to - money_from
            or from_definition != 'inactivity'
                and coalesce(case when to_definition = 'revenue' then money_to else money_from end, 0)
                != coalesce(ended, 0)
        """,
        "delete from marts.fct_churn_definition_bridge where reason = 'lost_in_another_month'",
    ),
    "who is seen by no month's end is what the same month adds": Claim(
        """
        with added as (
            select
                period_month,
                sum(case definition when 'same_month_included' then lost else -lost end) as lost
            from marts.fct_churn_monthly
            where segment_name = 'all' and definition like 'same_month%' group by all
        ),
        unseen as (
            select period_month, count(*) as spells
            from intermediate.int_churn__within_month_spells group by all
        )
        select * from added full join unseen using (period_month)
        where coalesce(lost, 0) != coalesce(spells, 0)
        """,
        "delete from intermediate.int_churn__within_month_spells",
    ),
    "survival never rises, and lies within 0, 1 and its interval": Claim(
        """
        select * from (
            select *, lag(survival, 1, 1.0) over curve as before,
                lag(at_risk - churned - censored) over curve as left_over
            from marts.fct_churn_survival
            window curve as (partition by segment_name, segment_value order by tenure_months)
        )
        where survival > before or survival < 0 or survival > 1 or at_risk != coalesce(left_over, at_risk)
            or survival_low > survival or survival_high < survival
            or survival_low < 0 or survival_high > 1
        """,
        "update marts.fct_churn_survival set survival = 1 where tenure_months = 6",
    ),
    "every first spell is at risk in its first month": Claim(
        """
        with begun as (
            select segment_name, sum(at_risk) as customers
            from marts.fct_churn_survival where tenure_months = 0 group by all
        ),
        subscribed as (
            select count(distinct customer_key) as customers
            from intermediate.canonical_subscription_spells
        )
        select * from begun cross join subscribed where begun.customers != subscribed.customers
        """,
        "delete from marts.fct_churn_survival where segment_value = 'unknown'",
    ),
    "what is left of a year ago's revenue is at most that, and with growth no less": Claim(
        """
        select * from marts.fct_revenue_retention_monthly
        where gross_revenue_retention_12m > 1 or gross_revenue_retention_12m > net_revenue_retention_12m
            or gross_revenue_retention_12m < 0
        """,
        "update marts.fct_revenue_retention_monthly set gross_revenue_retention_12m = 1.5",
    ),
    "cohorts hold every customer once": Claim(
        """
        with beginnings as (
            select 'orders' as cohort_type, customer_key, ordered_at as began_at
            from intermediate.canonical_orders
            union all
            select 'subscriptions', customer_key, started_at
            from intermediate.canonical_subscription_periods where mrr > 0
            union all
            select 'deals', customer_key, closed_at from intermediate.canonical_deals where is_won
        ),
        -- A month that begins at as_of is not told yet.
        joined as (
            select cohort_type, count(distinct customer_key) as customers
            from beginnings, intermediate.canonical_as_of
            where not (began_at = as_of and day(as_of) = 1) group by all
        ),
        cohorts as (
            select cohort_type, segment_name, sum(cohort_size) as customers
            from intermediate.int_cohorts__periods where period_no = 0 group by all
        )
        select * from cohorts inner join joined using (cohort_type)
        where cohorts.customers != joined.customers
        """,
        "delete from intermediate.int_cohorts__periods where segment_value = 'smb'",
    ),
}


def warehouse_of(models: dict[str, list[Model]], variant: str, world: World) -> Warehouse:
    warehouse, tables = Warehouse(), inputs(world)
    warehouse.give(tables)
    warehouse.database.execute("use warehouse")
    given = {name.partition(".")[2] for name in tables}
    own = [model for model in models[variant] if model.name not in given]
    built = lineage(own, CLAIMED)
    warehouse.build([model for model in own if model.name in built])
    return warehouse


@pytest.mark.parametrize("variant", VARIANTS)
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 2**32 - 1), customers=st.integers(0, 80), as_of=st.sampled_from(MOMENTS))
def test_every_claim_holds(
    churn_models: dict[str, list[Model]], variant: str, seed: int, customers: int, as_of: datetime
) -> None:
    warehouse = warehouse_of(churn_models, variant, crowd(seed, customers, as_of))
    for name, claim in CLAIMS.items():
        assert not warehouse.rows(claim.breaches), name


def test_every_claim_fails_where_rows_are_wrong(churn_models: dict[str, list[Model]]) -> None:
    warehouse = warehouse_of(churn_models, "as shipped", crowd(1, 80, MOMENTS[0]))
    for name, claim in CLAIMS.items():
        warehouse.database.execute(f"begin; {claim.spoil}")
        assert warehouse.rows(claim.breaches), name
        warehouse.database.execute("rollback")
