// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/mainwindow.h"
#include "app/widgets/pane.h"

#include <QAction>

class QStandardItemModel;

namespace nephele {

class DetailPanel;
class PaneFaces;
class RowView;

// A pane with all that a list pane is made of, on invented rows: bar, table, detail panel, four faces.
class SampleListPane : public Pane
{
    Q_OBJECT

public:
    explicit SampleListPane(QWidget *parent = nullptr);

    QString title() const override { return QStringLiteral("Servers"); }
    QString fact() const override { return QStringLiteral("7 of 13 running"); }
    QAction *primaryAction() const override { return m_create; }
    bool showsPrimaryInHead() const override;
    void reload() override { ++reloads; }
    bool goBack() override { return ++backs > 0; }
    bool toggleDetail() override;
    QList<QWidget *> regions() override;
    QList<PaletteEntry> paletteEntries() const override;

    RowView *table() const { return m_table; }
    DetailPanel *detail() const { return m_detail; }
    PaneFaces *faces() const { return m_faces; }

    int reloads = 0;
    int backs = 0;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void fillRows();
    void fillDetail();
    QWidget *makeBar();

    QAction *m_create;
    QStandardItemModel *m_model;
    RowView *m_table;
    DetailPanel *m_detail;
    PaneFaces *m_faces;
    bool m_hidesDetail = false;
};

// Everything a form is made of: fields with and without an error, cards, rows, segments, quota.
class SampleFormPane : public Pane
{
    Q_OBJECT

public:
    explicit SampleFormPane(QWidget *parent = nullptr);

    QString title() const override { return QStringLiteral("New server"); }
    QString fact() const override { return QStringLiteral("in physics-lab"); }

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    QWidget *makeForm();
    QWidget *makeSum();

    QWidget *m_sum;
};

Account sampleAccount();
CloudStatus sampleStatus();
void fillSampleTasks(TaskModel *tasks);

// The font of the screenshots, where it is installed; the system's otherwise.
void useFont(int points);

// What is cut, stands outside of its parent or scrolls sideways; empty when all is well.
QStringList clippedIn(QWidget *window);

} // namespace nephele
