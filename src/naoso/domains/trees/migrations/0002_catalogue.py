"""Every centre has the catalogue of species from the start."""

from django.db import migrations

from naoso.domains.trees.species import SPECIES
from naoso.kernel.text import folded


def fill(apps, _schema_editor):
    species = apps.get_model("trees", "Species")
    species.objects.bulk_create(
        species(
            name=name, folded_name=folded(name), scientific=scientific, max_height_m=height,
            max_girth_cm=girth, density=density, factor=factor,
        )
        for name, scientific, height, girth, density, factor in SPECIES
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("trees", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
