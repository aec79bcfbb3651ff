// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/libvirt/accelerator.h"
#include "tests/support/testregistry.h"

using namespace nephele;

class tst_Accelerator : public QObject
{
    Q_OBJECT

private slots:
    void kvmNeedsTheDeviceAndTheProcessor_data();
    void kvmNeedsTheDeviceAndTheProcessor();
    void thisMachineIsSeen();
};

void tst_Accelerator::kvmNeedsTheDeviceAndTheProcessor_data()
{
    QTest::addColumn<QString>("architecture");
    QTest::addColumn<QByteArray>("flags");
    QTest::addColumn<QString>("kvmProblem");
    QTest::addColumn<bool>("isKvm");
    QTest::addColumn<QString>("reasonHolds");
    const QString x86 = QStringLiteral("x86_64");
    const QString denied = QStringLiteral("Permission denied");
    QTest::addRow("device but no vmx or svm")
        << x86 << QByteArray("fpu sse2 hypervisor") << QString() << false << QStringLiteral("vmx");
    QTest::addRow("a flag that only begins so")
        << x86 << QByteArray("fpu vmx_ept svm_lock") << QString() << false << QStringLiteral("vmx");
    QTest::addRow("no flags at all") << x86 << QByteArray() << QString() << false << QStringLiteral("vmx");
    QTest::addRow("processor but no device") << x86 << QByteArray("fpu vmx") << denied << false << denied;
    QTest::addRow("another architecture")
        << QStringLiteral("arm64") << QByteArray("vmx") << QString() << false << QStringLiteral("arm64");
    QTest::addRow("Intel") << x86 << QByteArray("fpu vmx sse2") << QString() << true << QStringLiteral("vmx");
    QTest::addRow("AMD, last flag") << x86 << QByteArray("fpu svm") << QString() << true
                                    << QStringLiteral("svm");
}

void tst_Accelerator::kvmNeedsTheDeviceAndTheProcessor()
{
    QFETCH(QString, architecture);
    QFETCH(QByteArray, flags);
    QFETCH(QString, kvmProblem);
    QFETCH(bool, isKvm);
    QFETCH(QString, reasonHolds);
    const AcceleratorChoice choice = chooseAccelerator({ architecture, flags, kvmProblem });
    QCOMPARE(choice.accelerator == Accelerator::Kvm, isKvm);
    QVERIFY2(choice.reason.contains(reasonHolds), qPrintable(choice.reason));
}

void tst_Accelerator::thisMachineIsSeen()
{
    const MachineSight sight = seeThisMachine();
    QVERIFY(!sight.architecture.isEmpty());
    if (sight.architecture == QStringLiteral("x86_64"))
        QVERIFY(sight.cpuFlags.split(' ').contains("fpu"));
    QCOMPARE(sight.kvmProblem.isEmpty(), QFile(QStringLiteral("/dev/kvm")).open(QIODevice::ReadWrite));
}

NEPHELE_TEST(tst_Accelerator)
#include "tst_accelerator.moc"
