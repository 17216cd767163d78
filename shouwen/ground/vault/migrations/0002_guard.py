"""Keep audit rows and chain entries from being changed or removed; the way back drops only that."""

from django.db import migrations

from shouwen.ground.vault import guard


class Migration(migrations.Migration):

    dependencies = [("vault", "0001_initial")]

    operations = [migrations.RunPython(guard.install_by_migration, guard.lift_by_migration)]
